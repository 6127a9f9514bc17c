package dev.tallyclerk.registry.proxy;

import dev.tallyclerk.http.jdk.JdkTransport;
import dev.tallyclerk.registry.client.RegistryClient;
import dev.tallyclerk.testing.JavaProcess;
import dev.tallyclerk.verify.store.ContentStore;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.Executors;

/** A Java process of its own that fills the cache of a proxy with a blob, until it is killed. */
final class FillingProxyProcess {
    static final Clock CLOCK = Clock.fixed(Instant.parse("2020-01-01T00:00:00Z"), ZoneOffset.UTC);

    private FillingProxyProcess() {}

    /** Starts it; it prints a byte once {@code enough} bytes of the blob have come through it. */
    static Process start(Path folder, String upstream, String manifest, String blob, int enough) throws IOException {
        return JavaProcess.start(
                FillingProxyProcess.class, folder.toString(), upstream, manifest, blob, Integer.toString(enough));
    }

    /** {@return a proxy over the folder, in this process or another} */
    static PullThrough proxy(Path folder, String upstream) throws IOException {
        ContentStore store = ContentStore.of(folder.resolve("content"), CLOCK);
        RegistryClient client = RegistryClient.of(JdkTransport.of(HttpClient.newHttpClient()));
        return PullThrough.of(store, folder.resolve("index"), Executors.newCachedThreadPool(), CLOCK)
                .withDefaultUpstream(Upstream.of(upstream, client));
    }

    /**
     * Asks for a manifest, and for a blob until the process ends.
     *
     * @param arguments the folder, the upstream, the path of the manifest, that of the blob, and how much is enough
     */
    public static void main(String[] arguments) throws IOException {
        PullThrough proxy = proxy(Path.of(arguments[0]), arguments[1]);
        try (ProxyAnswer manifest = proxy.answer(ProxyRequest.of("GET", arguments[2]));
                ProxyAnswer blob = proxy.answer(ProxyRequest.of("GET", arguments[3]))) {
            InputStream in = ((ProxyBody.Stream) blob.body()).content();
            in.readNBytes(Integer.parseInt(arguments[4]));
            System.out.write(manifest.status() == 200 ? '.' : '?');
            System.out.flush();
            in.readAllBytes();
        }
    }
}
