"""How a contract begins: the application, an import, the first day of service."""
