"""The pipeline from the gateway's public document to the generated client.

Every stage is a function from data to data and can be run and tested alone::

    pull      address  -> bytes          (_fetch)
    read      bytes    -> document       (_document)
    repair    document -> document       (_repair)      only what is invalid, each repair logged
    select    document -> document       (_select)      the operations that are kept, aliases folded
    normalize document -> document       (_normalize)   references resolved, prose gone, 3.1 spelling
    merge     schema   -> schema         (_merge)       variants that differ little become one
    hoist     document -> upstream.yaml  (_components, _names)
    overlay   upstream.yaml -> openapi.yaml             (_overlay, _adopt, _deprecations, _validate)
    lower     openapi.yaml -> the generator's view      (_lower)
    generate  the view -> generated/     (_generate, templates, runtime)
    write     openapi.yaml -> params, resources, table of ended models   (_params, _resources, _deprecations)

Run it as ``python -m scripts.pipeline VERB``.
"""
