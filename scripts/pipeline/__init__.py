"""The pipeline from the gateway's public document to the generated client.

Every stage is a function from data to data and can be run and tested alone::

    pull      address  -> bytes          (source.fetch)
    read      bytes    -> document       (source.reading)
    repair    document -> document       (normalize.repair)      only what is invalid, each repair logged
    select    document -> document       (normalize.select)      the operations that are kept, aliases folded
    normalize document -> document       (normalize.normalizer)  references resolved, prose gone, 3.1 spelling
    merge     schema   -> schema         (normalize.merge)       variants that differ little become one
    hoist     document -> upstream.yaml  (naming.hoist)
    overlay   upstream.yaml -> openapi.yaml             (overlay.actions, overlay.adopt, overlay.validate)
    lower     openapi.yaml -> the generator's view      (generate.lower)
    generate  the view -> generated/     (generate.generator, generate/templates, generate/runtime)
    write     openapi.yaml -> params, resources, table of ended models   (generate.params, generate.resources)

Run it as ``python -m scripts.pipeline VERB``.
"""
