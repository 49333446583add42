"""Lower: the generator's view of `openapi.yaml`.

`openapi.yaml` says what the gateway does; this view says what the Python client shall look like where the
generator needs telling:

- closed sets of values become Literals that are open to any text, because a new value must not break a client;
- maps and free-form objects become plain ``dict[str, Any]``, not a class each;
- unions of objects get an ``Unknown...`` variant that keeps what this client does not know;
- each property gets the expression that decodes it (dispatch on the tag instead of trying one class after
  another), for the model template to print;
- any 2xx counts as success, and error bodies are left to whoever reads the response.

Text from the document reaches Python source only through ``repr``.

`view` puts it together from its parts: `references` (what becomes a class), `annotations`, `decoders`, `schemas` and
`operations`. The parts of one side, requests or answers, are made once and know which it is.
"""
