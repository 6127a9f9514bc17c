import org.jspecify.annotations.NullMarked;

/** Typed Docker Registry v2 and OCI documents, images at rest and in registries, and their verification. */
@NullMarked
module dev.tallyclerk.registry {
    requires transitive dev.tallyclerk.core;
    requires static transitive org.jspecify;

    exports dev.tallyclerk.registry.model;
}
