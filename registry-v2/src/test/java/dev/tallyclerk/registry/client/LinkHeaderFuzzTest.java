package dev.tallyclerk.registry.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tallyclerk.http.HttpException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Any headers, one a line here, name a next page that leads back to itself, or none, or break the protocol. */
class LinkHeaderFuzzTest {
    @FuzzTest
    void next(byte[] data) throws HttpException {
        String text = new String(data, StandardCharsets.ISO_8859_1);
        Optional<String> next;
        try {
            next = LinkHeader.next("registry.example.org", List.of(text.split("\n", -1)));
        } catch (HttpException e) {
            assertEquals(HttpException.Reason.PROTOCOL, e.reason());
            assertTrue(e.toString().length() < 250);
            return;
        }
        if (next.isPresent()) {
            assertTrue(text.contains(next.get()));
            assertEquals(next, LinkHeader.next("registry.example.org", List.of("<" + next.get() + ">; rel=\"next\"")));
        }
    }
}
