#include "attest/maker.h"

#include <strings.h>

#include "base/text.h"

/*
 * Registry 1.08 of 2026-07-20, then what virtual TPMs are known to say, then registry table 3 and FIDO's id.
 */
static const struct maker makers[] = {
	{ 0x414D4400, MAKER_REGISTERED, "AMD", "AMD" },
	{ 0x414E5400, MAKER_REGISTERED, "ANT", "Ant Group" },
	{ 0x41524D00, MAKER_REGISTERED, "ARM", "Arm" },
	{ 0x41544D4C, MAKER_REGISTERED, "ATML", "Atmel" },
	{ 0x4252434D, MAKER_REGISTERED, "BRCM", "Broadcom" },
	{ 0x4353434F, MAKER_REGISTERED, "CSCO", "Cisco" },
	{ 0x464C5953, MAKER_REGISTERED, "FLYS", "Flyslice" },
	{ 0x474F4F47, MAKER_REGISTERED, "GOOG", "Google" },
	{ 0x48495349, MAKER_REGISTERED, "HISI", "Huawei" },
	{ 0x48504500, MAKER_REGISTERED, "HPE", "Hewlett Packard Enterprise" },
	{ 0x48504900, MAKER_REGISTERED, "HPI", "HP Inc." },
	{ 0x49424D00, MAKER_REGISTERED, "IBM", "IBM" },
	{ 0x49465800, MAKER_REGISTERED, "IFX", "Infineon" },
	{ 0x494E5443, MAKER_REGISTERED, "INTC", "Intel" },
	{ 0x4C454E00, MAKER_REGISTERED, "LEN", "Lenovo" },
	{ 0x4D534654, MAKER_REGISTERED, "MSFT", "Microsoft" },
	{ 0x4E534700, MAKER_REGISTERED, "NSG", "NSING" },
	{ 0x4E534D20, MAKER_REGISTERED, "NSM", "National Semiconductor" },
	{ 0x4E544300, MAKER_REGISTERED, "NTC", "Nuvoton" },
	{ 0x4E545A00, MAKER_REGISTERED, "NTZ", "Nationz" },
	{ 0x51434F4D, MAKER_REGISTERED, "QCOM", "Qualcomm" },
	{ 0x524F4343, MAKER_REGISTERED, "ROCC", "Rockchip" },
	{ 0x53454345, MAKER_REGISTERED, "SECE", "SecEdge" },
	{ 0x5345414C, MAKER_REGISTERED, "SEAL", "Wisekey" },
	{ 0x534D534E, MAKER_REGISTERED, "SMSN", "Samsung" },
	{ 0x534D5343, MAKER_REGISTERED, "SMSC", "SMSC" },
	{ 0x534E5300, MAKER_REGISTERED, "SNS", "Sinosun" },
	{ 0x53544D20, MAKER_REGISTERED, "STM", "STMicroelectronics" },
	{ 0x54584E00, MAKER_REGISTERED, "TXN", "Texas Instruments" },
	{ 0x57454300, MAKER_REGISTERED, "WEC", "Winbond" },

	{ 0x00001014, MAKER_VIRTUAL, "SWTPM", "swtpm" },
	{ 0x414D5A4E, MAKER_VIRTUAL, "AMZN", "Amazon NitroTPM" },
	{ 0x50524C53, MAKER_VIRTUAL, "PRLS", "Parallels" },
	{ 0x564D5700, MAKER_VIRTUAL, "VMW", "VMware" },

	{ 0x53494D30, MAKER_TEST, "SIM0", "TPM simulator 0" },
	{ 0x53494D31, MAKER_TEST, "SIM1", "TPM simulator 1" },
	{ 0x53494D32, MAKER_TEST, "SIM2", "TPM simulator 2" },
	{ 0x53494D33, MAKER_TEST, "SIM3", "TPM simulator 3" },
	{ 0x53494D34, MAKER_TEST, "SIM4", "TPM simulator 4" },
	{ 0x53494D35, MAKER_TEST, "SIM5", "TPM simulator 5" },
	{ 0x53494D36, MAKER_TEST, "SIM6", "TPM simulator 6" },
	{ 0x53494D37, MAKER_TEST, "SIM7", "TPM simulator 7" },
	{ 0x54535430, MAKER_TEST, "TST0", "Test TPM 0" },
	{ 0x54535431, MAKER_TEST, "TST1", "Test TPM 1" },
	{ 0x54535432, MAKER_TEST, "TST2", "Test TPM 2" },
	{ 0x54535433, MAKER_TEST, "TST3", "Test TPM 3" },
	{ 0x54535434, MAKER_TEST, "TST4", "Test TPM 4" },
	{ 0x54535435, MAKER_TEST, "TST5", "Test TPM 5" },
	{ 0x54535436, MAKER_TEST, "TST6", "Test TPM 6" },
	{ 0x54535437, MAKER_TEST, "TST7", "Test TPM 7" },
	{ 0xFFFFF1D0, MAKER_TEST, "FIDO", "FIDO conformance test" },
};

const struct maker *maker_find(uint32_t id)
{
	for (size_t i = 0; i < COUNT_OF(makers); i++)
		if (makers[i].id == id)
			return &makers[i];
	return NULL;
}

static bool is_word(struct bytes text, const char *word)
{
	struct bytes w = bytes_text(word);
	return text.n == w.n && strncasecmp((const char *)text.p, word, w.n) == 0;
}

const struct maker *maker_find_text(struct bytes text)
{
	for (size_t i = 0; i < COUNT_OF(makers) && text.n; i++)
		if (is_word(text, makers[i].code) || is_word(text, makers[i].name))
			return &makers[i];
	return NULL;
}

bool maker_id_parse(struct bytes text, uint32_t *ret)
{
	static const struct bytes prefix = { (const uint8_t *)"id:", 3 };
	uint8_t id[4];
	if (text.n != prefix.n + 2 * sizeof(id) || !is_bytes_equal(bytes_slice(text, 0, prefix.n), prefix))
		return false;
	if (!text_hex_parse(bytes_slice(text, prefix.n, 2 * sizeof(id)), id, sizeof(id)))
		return false;
	*ret = (uint32_t)id[0] << 24 | (uint32_t)id[1] << 16 | (uint32_t)id[2] << 8 | id[3];
	return true;
}
