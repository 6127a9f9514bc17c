/** Small programs that embed the libraries. Being a named module, it also proves the descriptors of the libraries. */
module dev.tallyclerk.examples {
    requires dev.tallyclerk.registry;
    requires dev.tallyclerk.trust;
    requires java.net.http;
    requires jdk.httpserver;
    requires static org.jspecify;
}
