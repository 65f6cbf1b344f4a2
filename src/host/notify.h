/*
 * notify: tells the service manager how far a service is (sd_notify(3), the protocol of NOTIFY_SOCKET).
 */
#ifndef HOST_NOTIFY_H
#define HOST_NOTIFY_H

/* It is ready. Nothing happens where no manager asked to be told. */
void notify_ready(void);

#endif
