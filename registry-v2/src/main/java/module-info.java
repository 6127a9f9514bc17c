import org.jspecify.annotations.NullMarked;

/** Typed Docker Registry v2 and OCI documents, images at rest and in registries, and their verification. */
@NullMarked
module dev.tallyclerk.registry {
    requires transitive dev.tallyclerk.core;
    requires static transitive org.jspecify;
    // Only dev.tallyclerk.registry.jdkhttp needs it; its constructor takes the runtime's client.
    requires transitive java.net.http;
    // Only dev.tallyclerk.registry.okhttp needs them. Not transitive: that would make every caller on the
    // module path have OkHttp at compile time, whatever HTTP client it uses.
    requires static okhttp3;
    requires static okio;
    // Only dev.tallyclerk.registry.zstdjni needs it.
    requires static com.github.luben.zstd_jni;

    exports dev.tallyclerk.registry.audit;
    exports dev.tallyclerk.registry.auth;
    exports dev.tallyclerk.registry.client;
    exports dev.tallyclerk.registry.filesystem;
    exports dev.tallyclerk.registry.jdkhttp;
    exports dev.tallyclerk.registry.layer;
    exports dev.tallyclerk.registry.layout;
    exports dev.tallyclerk.registry.model;
    exports dev.tallyclerk.registry.okhttp;
    exports dev.tallyclerk.registry.verify;
    exports dev.tallyclerk.registry.zstdjni;
}
