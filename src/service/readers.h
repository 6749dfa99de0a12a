/* readers.h -- reading what is served: the tables of models, bases, resources and tokens are immutable, reached by
 * one pointer, and replaced as a whole (RCU). */
#ifndef DRAGOMAN_SERVICE_READERS_H
#define DRAGOMAN_SERVICE_READERS_H

/* Enter and leave bracket one prediction, or one look at a table, on this thread; what is found between them stays
 * valid until the leave. They must not be held across blocking work. Wait-free. */
void live_enter(void);
void live_leave(void);

/* For who has replaced a table: returns when every reader that is inside live_enter … live_leave now has left. Never
 * inside them, nor with a store transaction open. */
void live__wait_readers(void);

#endif
