import org.jspecify.annotations.NullMarked;

/** Typed Docker Registry v2 and OCI documents, images at rest and in registries, and their verification. */
@NullMarked
module dev.tallyclerk.registry {
    requires transitive dev.tallyclerk.core;
    requires static transitive org.jspecify;
    // Needed by the adapter package zstdjni only. Not transitive: a program that uses the adapter has to require its
    // module too, or would not have it at run time.
    requires static com.github.luben.zstd_jni;

    exports dev.tallyclerk.registry.admission;
    exports dev.tallyclerk.registry.analysis;
    exports dev.tallyclerk.registry.attachment;
    exports dev.tallyclerk.registry.audit;
    exports dev.tallyclerk.registry.audit.files;
    exports dev.tallyclerk.registry.auth;
    exports dev.tallyclerk.registry.base;
    exports dev.tallyclerk.registry.client;
    exports dev.tallyclerk.registry.filesystem;
    exports dev.tallyclerk.registry.image;
    exports dev.tallyclerk.registry.inventory;
    exports dev.tallyclerk.registry.layer;
    exports dev.tallyclerk.registry.layout;
    exports dev.tallyclerk.registry.location;
    exports dev.tallyclerk.registry.model;
    exports dev.tallyclerk.registry.sbom;
    exports dev.tallyclerk.registry.proxy;
    exports dev.tallyclerk.registry.verify;
    exports dev.tallyclerk.registry.vulnerability;
    exports dev.tallyclerk.registry.zstdjni;

    uses dev.tallyclerk.hardening.RulePack;
}
