package dev.tallyclerk.maven;

import dev.tallyclerk.http.ProxySettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.maven.settings.Proxy;
import org.apache.maven.settings.Settings;
import org.apache.maven.settings.building.SettingsProblem;
import org.apache.maven.settings.crypto.DefaultSettingsDecryptionRequest;
import org.apache.maven.settings.crypto.SettingsDecrypter;
import org.apache.maven.settings.crypto.SettingsDecryptionResult;

/** The active proxies in Maven's settings, of which Maven itself chooses one in the same way. */
final class MavenProxies {
    private MavenProxies() {}

    /**
     * {@return the proxies in the settings; none if no proxy is active}
     *
     * @throws IOException if a password cannot be decrypted
     */
    static ProxySettings of(Settings settings, SettingsDecrypter decrypter) throws IOException {
        List<Known> known = new ArrayList<>();
        for (Proxy proxy : settings.getProxies()) {
            String protocol = String.valueOf(proxy.getProtocol()).toLowerCase(Locale.ROOT);
            // Maven has no use for others, such as socks, either.
            if (proxy.isActive() && (protocol.equals("http") || protocol.equals("https"))) {
                known.add(Known.of(protocol, decrypted(proxy, decrypter)));
            }
        }
        return known.isEmpty()
                ? ProxySettings.none()
                : ProxySettings.of(new Selector(known), asking -> login(known, asking));
    }

    private static Proxy decrypted(Proxy proxy, SettingsDecrypter decrypter) throws IOException {
        SettingsDecryptionResult result = decrypter.decrypt(new DefaultSettingsDecryptionRequest(proxy));
        for (SettingsProblem problem : result.getProblems()) {
            // The message of the problem may have the text that was to be decrypted.
            if (problem.getSeverity() != SettingsProblem.Severity.WARNING) {
                throw new IOException("the password of the proxy " + proxy.getHost()
                        + " in the settings cannot be decrypted; see mvn --encrypt-password");
            }
        }
        return result.getProxy();
    }

    private static Optional<PasswordAuthentication> login(List<Known> known, InetSocketAddress asking) {
        return known.stream()
                .filter(each -> each.isAt(asking))
                .findFirst()
                .map(Known::proxy)
                .filter(proxy -> proxy.getUsername() != null && proxy.getPassword() != null)
                .map(proxy -> new PasswordAuthentication(
                        proxy.getUsername(), proxy.getPassword().toCharArray()));
    }

    /**
     * An active proxy.
     *
     * @param protocol of the requests that it is for
     * @param directHosts the hosts that are asked without it
     */
    private record Known(String protocol, Proxy proxy, List<String> directHosts) {
        static Known of(String protocol, Proxy proxy) {
            String direct = proxy.getNonProxyHosts();
            return new Known(
                    protocol, proxy, direct == null || direct.isBlank() ? List.of() : List.of(direct.split("[|,]")));
        }

        boolean isAt(InetSocketAddress address) {
            return proxy.getHost().equalsIgnoreCase(address.getHostString()) && proxy.getPort() == address.getPort();
        }

        boolean isFor(String wanted, String host) {
            return protocol.equals(wanted) && directHosts.stream().noneMatch(pattern -> matches(pattern, host));
        }

        java.net.Proxy address() {
            return new java.net.Proxy(
                    java.net.Proxy.Type.HTTP, InetSocketAddress.createUnresolved(proxy.getHost(), proxy.getPort()));
        }

        /** Maven allows a star at the start or at the end. */
        private static boolean matches(String pattern, String host) {
            String text = pattern.strip();
            if (text.startsWith("*")) {
                String end = text.substring(1);
                return host.regionMatches(true, host.length() - end.length(), end, 0, end.length());
            }
            if (text.endsWith("*")) {
                return host.regionMatches(true, 0, text, 0, text.length() - 1);
            }
            return host.equalsIgnoreCase(text);
        }
    }

    private static final class Selector extends ProxySelector {
        private final List<Known> known;

        Selector(List<Known> known) {
            this.known = known;
        }

        @Override
        public List<java.net.Proxy> select(URI uri) {
            String host = uri.getHost();
            if (host == null || isLoopback(host)) {
                return List.of(java.net.Proxy.NO_PROXY);
            }
            Optional<Known> chosen = "https".equalsIgnoreCase(uri.getScheme())
                    ? first("https", host).or(() -> first("http", host))
                    : first("http", host);
            return List.of(chosen.map(Known::address).orElse(java.net.Proxy.NO_PROXY));
        }

        private Optional<Known> first(String protocol, String host) {
            return known.stream().filter(each -> each.isFor(protocol, host)).findFirst();
        }

        /** Registries on this machine are asked by http, and nobody else should see that. */
        private static boolean isLoopback(String host) {
            if (host.startsWith("[")) {
                try {
                    // With its brackets, which keep it from being looked up as a name.
                    return InetAddress.getByName(host).isLoopbackAddress();
                } catch (UnknownHostException e) {
                    return false; // no address
                }
            }
            return host.equalsIgnoreCase("localhost") || host.matches("127(\\.[0-9]{1,3}){3}");
        }

        @Override
        public void connectFailed(URI uri, SocketAddress address, IOException failure) {}
    }
}
