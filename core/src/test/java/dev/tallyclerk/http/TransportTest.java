package dev.tallyclerk.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.InputStream;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TransportTest {
    @Test
    void aResponseHasAllValuesOfAHeaderInAnyCase() {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        headers.put("Link", List.of("a", "b"));
        headers.put("link", List.of("c"));
        Response response = new Response(200, headers, InputStream.nullInputStream());
        assertEquals(List.of("a", "b", "c"), response.headers("LINK"));
        assertEquals("a", response.header("lINK").orElseThrow());
        assertEquals(List.of(), response.headers("Age"));
    }

    /** The runtime's older client puts the status line there. */
    @Test
    @SuppressWarnings("NullAway")
    void whatHasNoNameIsNoHeader() {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        headers.put(null, List.of("HTTP/1.1 200 OK"));
        headers.put("Age", List.of("1"));
        Response response = new Response(200, headers, InputStream.nullInputStream());
        assertEquals(List.of("1"), response.headers("age"));
    }

    @Test
    void headersOfARequestAreFoundInAnyCaseAndCannotBeChanged() {
        Request request = Request.of("GET", URI.create("https://registry.example.org/v2/"))
                .withHeader("Accept", "a")
                .withHeader("accept", "b");
        assertEquals(List.of("a", "b"), request.headers().get("ACCEPT"));
        assertThrows(
                UnsupportedOperationException.class, () -> request.headers().clear());
        assertEquals(
                Map.of(),
                Request.of("GET", URI.create("https://registry.example.org/")).headers());
    }

    @Test
    void aMethodIsATokenAndNoMoreOfARequest() {
        URI uri = URI.create("https://registry.example.org/");
        for (String method : List.of("", "GET /", "GET / HTTP/1.1\r\nX: y", "G\u00c9T", "GET\n")) {
            assertThrows(IllegalArgumentException.class, () -> Request.of(method, uri), method);
        }
        assertEquals("M-SEARCH", Request.of("M-SEARCH", uri).method());
    }

    @Test
    void aRequestGoesToAnAbsoluteAddressWithAHost() {
        for (String address :
                List.of("/v2/", "mailto:user:secret@example.org", "file:///v2/", "http://user:secret@a_b/v2/")) {
            URI uri = URI.create(address);
            var e = assertThrows(IllegalArgumentException.class, () -> Request.of("GET", uri), address);
            assertFalse(e.toString().contains("secret"), e.toString());
        }
    }

    @Test
    void aRequestShowsNeitherUserNorQuery() {
        URI uri = URI.create("https://user:secret@registry.example.org:5000/v2/%41?token=secret#secret");
        assertEquals(
                "GET https://registry.example.org:5000/v2/%41",
                Request.of("GET", uri).withHeader("Authorization", "secret").toString());
        assertEquals(
                "PUT http://[::1]/",
                Request.of("PUT", URI.create("http://[::1]/")).toString());
    }
}
