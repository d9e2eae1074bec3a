"""A store's orders from a file: JSON lines or CSV. The format is told in docs/importing-orders.md.

reading     bytes → raw orders, whatever Excel did to them; a row that cannot be read is a problem, not the end
values      what stands in a cell → a value, or what is wrong with it
understanding   a raw order → `Told`, or all that is wrong with it: never half an order
storing     many `Told` → the database, in one transaction: repeated it changes nothing, older news loses
running     all of it, in bounded memory, with a `Report`
"""
