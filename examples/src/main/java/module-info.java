/**
 * The command {@code tallyclerk}, and small programs. Being a named module, it also proves the descriptors of the
 * libraries.
 */
module dev.tallyclerk.examples {
    requires dev.tallyclerk.registry;
    requires dev.tallyclerk.trust;
    requires info.picocli;
    requires java.logging;
    requires java.net.http;
    requires jdk.httpserver;
    requires okhttp3;
    requires org.bouncycastle.provider;
    requires org.snakeyaml.engine;
    requires static org.jspecify;

    opens dev.tallyclerk.examples.cli to
            info.picocli;
}
