"""What an operator sees from outside: figures of the house and of each process, logs for machines, traces."""
