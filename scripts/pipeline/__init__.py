"""The pipeline from the gateway's public document to the generated client.

Every stage is a function from data to data, and can be run and tested alone. The folders stand in the order of the
data; each imports from those before it only, and from `document`, which holds what all need of a document::

    source.fetch.fetch                       address -> bytes
    source.reading.parse_document            bytes -> document        within limits, and whole
    normalize.repair.repair                  document -> document     only what is invalid, each repair logged
    normalize.select.select                  document -> operations   those that are kept, in 3.1, variants merged
    naming.hoist.hoist                       operations -> upstream   every shape is a component with a name
    naming.fidelity.check_fidelity           operations, upstream     nothing got lost
    naming.variants.record_variants          document -> upstream     what it said before variants were merged
    overlay.apply.apply_actions              upstream -> openapi      our corrections
    overlay.attach.add_parameters            openapi -> openapi       parameters that upstream lacks
    overlay.adopt.adopt_fields               openapi -> openapi       fields that our answers lack
    overlay.attach.attach_methods            openapi -> openapi       where operations hang on a client
    overlay.attach.prune                     openapi -> openapi       without what nothing refers to
    overlay.valid.check_valid                openapi                  is valid OpenAPI 3.1
    generate.lower.view.lower                openapi -> view          what the generator is to make of it
    generate.generator.run_generator         view -> package          models and operations, by generate/templates
    generate.package.copy_runtime            package                  the files of generate/runtime as they are
    generate.resources.write_resources       openapi -> package       the methods of the clients
    generate.deprecations.write_table        openapi -> package       the models that have ended
    generate.refusals.write_refusals         openapi -> package       what single models do not take
    generate.params.write_params             openapi -> package       typed dicts of requests
    generate.params.write_answers            view -> package          the models of answers
    drift.compare.compare                    upstream -> changes      of two documents
    drift.python_effect.api_changes             openapi -> changes       of the two clients
    drift.entries.sections_of                   changes -> sections      as every form of the report shows them

`build` puts together what leads to the two documents, `generate.package` what leads to the client, and `checkout`
writes them; what is neither hand-written nor a verb's own is never read::

    pull         address, sources.toml, names.toml, names.lock.json  ->  upstream.yaml, names.lock.json,
                 upstream.lock.json, deprecations.json
    build        upstream.yaml, overlay, sources.toml, deprecations.json  ->  openapi.yaml, upstream.lock.json
    generate     openapi.yaml, names.toml  ->  generated, upstream.lock.json
    regenerate   the three above in one
    check        all of them  ->  nothing: whether they would be written as they are
    drift        address, and what is committed  ->  a report
    verify       a document  ->  nothing: the tests of the package on its client
    corpus       a folder of documents  ->  a table

Run it as ``python -m scripts.pipeline VERB``; `cli` holds the verbs.
"""
