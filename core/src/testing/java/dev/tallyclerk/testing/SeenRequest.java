package dev.tallyclerk.testing;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * An HTTP request as a {@link HostileServer} has taken it from the socket.
 *
 * @param method the method
 * @param target path and query
 * @param headers the headers by their names in lower case
 * @param body the body, as ISO 8859-1
 */
public record SeenRequest(String method, String target, Map<String, List<String>> headers, String body) {
    /** Parses a head. */
    static SeenRequest of(byte[] head, byte[] body) {
        String[] lines = new String(head, StandardCharsets.ISO_8859_1).split("\r\n", -1);
        String[] start = lines[0].split(" ", 3);
        Map<String, List<String>> headers = new LinkedHashMap<>();
        for (int i = 1; i < lines.length && !lines[i].isEmpty(); i++) {
            int colon = lines[i].indexOf(':');
            headers.computeIfAbsent(lines[i].substring(0, colon).toLowerCase(Locale.ROOT), name -> new ArrayList<>())
                    .add(lines[i].substring(colon + 1).strip());
        }
        return new SeenRequest(start[0], start[1], headers, new String(body, StandardCharsets.ISO_8859_1));
    }

    /** {@return the path without the query} */
    public String path() {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    /** {@return the first header of that name} */
    public Optional<String> header(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()).stream()
                .findFirst();
    }
}
