package dev.tallyclerk.internal.call;

import dev.tallyclerk.http.HttpListener;
import dev.tallyclerk.http.Response;
import dev.tallyclerk.text.Quoted;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tells a listener what a server says beside its response; nothing else is done about it. */
final class Notices {
    /** OCI distribution-spec v1.1.1, Warnings: what is longer is not looked at. */
    private static final int MAX_WARNINGS_LENGTH = 4096;

    private static final String START = "299 - ";
    private static final Pattern COUNT = Pattern.compile("\\s*([0-9]{1,18})\\s*(?:[;,].*)?", Pattern.DOTALL);

    private Notices() {}

    static void tell(HttpListener listener, String host, Response response, Secrets secrets) {
        for (String warning : warnings(response.headers("Warning"))) {
            listener.warned(host, Quoted.printable(secrets.hide(warning)));
        }
        boolean isContent = response.status() == 200 || response.status() == 206;
        String encoding = response.header("Content-Encoding").orElse("").strip();
        if (isContent && !encoding.isEmpty() && !encoding.equalsIgnoreCase("identity")) {
            listener.encoded(host, Quoted.printable(secrets.hideBeginning(encoding)));
        }
        Optional<String> limit = response.header("RateLimit-Limit");
        Optional<String> remaining = response.header("RateLimit-Remaining");
        if (limit.isPresent() || remaining.isPresent()) {
            listener.rateLimited(host, count(limit), count(remaining));
        }
    }

    private static Set<String> warnings(List<String> headers) {
        Set<String> texts = new LinkedHashSet<>();
        int left = MAX_WARNINGS_LENGTH;
        for (String header : headers) {
            left -= header.length();
            if (left < 0) {
                break;
            }
            read(header, texts);
        }
        return texts;
    }

    /** Reads a header as far as it keeps to the form that the specification gives; one may have several warnings. */
    private static void read(String header, Set<String> into) {
        HeaderScanner scanner = new HeaderScanner(header);
        do {
            scanner.skip(" \t");
            String start = scanner.take(c -> c != '"');
            Optional<String> text = start.equals(START) ? scanner.quoted() : Optional.empty();
            if (text.isEmpty()) {
                return;
            }
            text.map(String::strip).filter(warning -> !warning.isEmpty()).ifPresent(into::add);
            scanner.skip(" \t");
        } while (scanner.take(','));
    }

    private static long count(Optional<String> header) {
        Matcher count = COUNT.matcher(header.orElse(""));
        return count.matches() ? Long.parseLong(count.group(1)) : -1;
    }
}
