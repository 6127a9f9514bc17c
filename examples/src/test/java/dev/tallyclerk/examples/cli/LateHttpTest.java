package dev.tallyclerk.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LateHttpTest {
    private static int patience(Duration told) {
        return new LateHttp(List.of(), told).plain().readTimeoutMillis();
    }

    @Test
    void waitsForASlowServerAsLongAsItIsTold() {
        assertEquals(300_000, patience(Duration.ofMinutes(5)));
        assertEquals(60_000, patience(Duration.ofSeconds(1)), "the call's own time ends it sooner");
        assertEquals(60_000, new LateHttp(List.of()).plain().readTimeoutMillis());
        assertEquals(Integer.MAX_VALUE, patience(Duration.ofDays(365)));
    }

    @Test
    void logsInAtProxies() throws IOException {
        LateHttp http = new LateHttp(List.of());
        assertInstanceOf(ProxyLogin.class, http.plain().proxyAuthenticator());
        assertInstanceOf(ProxyLogin.class, http.tls().proxyAuthenticator());
    }
}
