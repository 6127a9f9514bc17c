package dev.tallyclerk.registry.okhttp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.http.HttpSettings;
import dev.tallyclerk.http.okhttp.OkHttpTransport;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.client.RegistryClient;
import dev.tallyclerk.registry.client.RegistryException;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.testing.HostileServer;
import dev.tallyclerk.testing.Sink;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;

/** A name that is public when it is looked at, and leads behind the firewall when it is used. */
class RebindingTest {
    private static List<InetAddress> address(int... bytes) throws UnknownHostException {
        byte[] out = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            out[i] = (byte) bytes[i];
        }
        return List.of(InetAddress.getByAddress(out));
    }

    private static RegistryException refusal(HostileServer registry) throws IOException {
        // Every name is public for the client, and this machine for OkHttp.
        OkHttpClient http = new OkHttpClient.Builder()
                .dns(host -> {
                    try {
                        return address(127, 0, 0, 1);
                    } catch (UnknownHostException e) {
                        throw new AssertionError(e);
                    }
                })
                .build();
        RegistryClient client = RegistryClient.of(HttpSettings.of(OkHttpTransport.of(http))
                .withPlainHttp("registry.example.org:" + registry.port())
                .withNameResolver(host -> address(93, 184, 215, 14)));
        Descriptor blob = Descriptor.of("text/plain", Digest.sha256Of(new byte[1]), 1);
        try (ImageSource image = client.image(Reference.parse("registry.example.org:" + registry.port() + "/a/b:1"))) {
            return assertThrows(RegistryException.class, () -> image.blob(blob));
        }
    }

    @Test
    void gainsNothingByARedirect() throws IOException {
        try (Sink sink = Sink.start();
                HostileServer registry = HostileServer.start(exchange ->
                        exchange.answer(307, "Location: http://rebinding.example.com:" + port(sink.uri("/")) + "/x"))) {
            assertEquals(Reason.UNSAFE_LOCATION, refusal(registry).reason());
            assertEquals(List.of(), sink.log());
            assertEquals(1, registry.requests().size());
        }
    }

    @Test
    void gainsNothingByATokenService() throws IOException {
        try (Sink sink = Sink.start();
                HostileServer registry = HostileServer.start(exchange -> exchange.answer(
                        401,
                        "WWW-Authenticate: Bearer realm=\"http://rebinding.example.com:" + port(sink.uri("/"))
                                + "/t\""))) {
            assertEquals(Reason.UNSAFE_LOCATION, refusal(registry).reason());
            assertEquals(List.of(), sink.log());
        }
    }

    private static int port(URI uri) {
        return uri.getPort();
    }
}
