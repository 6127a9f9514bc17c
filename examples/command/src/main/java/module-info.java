/** The command {@code tallyclerk}. */
module dev.tallyclerk.command {
    requires com.fasterxml.jackson.core;
    requires dev.tallyclerk.registry;
    requires dev.tallyclerk.trust;
    requires info.picocli;
    requires java.logging;
    requires java.net.http;
    requires okhttp3;
    requires org.bouncycastle.provider;
    requires org.snakeyaml.engine;
    requires static org.jspecify;

    opens dev.tallyclerk.command to
            info.picocli;
}
