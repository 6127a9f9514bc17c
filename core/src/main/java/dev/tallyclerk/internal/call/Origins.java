package dev.tallyclerk.internal.call;

import dev.tallyclerk.text.Quoted;
import java.net.URI;
import java.util.Locale;

/** Origins of URIs: scheme, host and port in one spelling (RFC 6454, section 4). */
public final class Origins {
    static final int HTTP_PORT = 80;
    static final int HTTPS_PORT = 443;

    private Origins() {}

    /** {@return scheme, host and port, in lower case, and without a port that the scheme implies} */
    public static URI of(URI uri) {
        return URI.create(uri.getScheme().toLowerCase(Locale.ROOT) + "://" + host(uri));
    }

    /** {@return host and port for a message, in lower case, and without a port that the scheme implies} */
    public static String host(URI uri) {
        String host = uri.getHost().toLowerCase(Locale.ROOT);
        int standard = isHttp(uri) ? HTTP_PORT : HTTPS_PORT;
        return uri.getPort() < 0 || uri.getPort() == standard ? host : host + ":" + uri.getPort();
    }

    /** {@return an address for a message: without user, query and fragment, any of which may be a secret} */
    public static String shown(String location) {
        return Quoted.quote(location.replaceFirst("(?s)[?#].*", "").replaceFirst("//[^/]*@", "//…@"));
    }

    static boolean isHttp(URI uri) {
        return "http".equalsIgnoreCase(uri.getScheme());
    }

    static boolean isHttps(URI uri) {
        return "https".equalsIgnoreCase(uri.getScheme());
    }
}
