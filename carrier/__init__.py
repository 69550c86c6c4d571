"""A stand-in for NTT East and West, for the storage service and for the mail server of others: another company's app.

It keeps its own file, knows nothing of ours but `models.messages.carrier`, and answers by signed callbacks.
"""
