"""Read the time bank. Import from the module: programmes, members, records, purses, shop, …"""
