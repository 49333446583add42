"""`MessagesWorker` on Ray Data and Daft beside Ray's own HTTP stage: `make bench-engines`."""
