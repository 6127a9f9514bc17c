package dev.tallyclerk.maven;

import dev.tallyclerk.http.ProxySettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.apache.maven.settings.Proxy;
import org.apache.maven.settings.Settings;
import org.apache.maven.settings.building.SettingsProblem;
import org.apache.maven.settings.crypto.DefaultSettingsDecryptionRequest;
import org.apache.maven.settings.crypto.SettingsDecrypter;
import org.apache.maven.settings.crypto.SettingsDecryptionResult;

/** The active proxy in Maven's settings. */
final class MavenProxies {
    private MavenProxies() {}

    /**
     * {@return the proxy in the settings; none if no proxy is active}
     *
     * @throws IOException if its password cannot be decrypted
     */
    static ProxySettings of(Settings settings, SettingsDecrypter decrypter) throws IOException {
        Proxy active = settings.getActiveProxy();
        if (active == null) {
            return ProxySettings.none();
        }
        SettingsDecryptionResult result = decrypter.decrypt(new DefaultSettingsDecryptionRequest(active));
        for (SettingsProblem problem : result.getProblems()) {
            if (problem.getSeverity() != SettingsProblem.Severity.WARNING) {
                throw new IOException("the password of the proxy " + active.getHost()
                        + " in the settings cannot be decrypted; see mvn --encrypt-password");
            }
        }
        Proxy proxy = result.getProxy();
        java.net.Proxy address = new java.net.Proxy(
                java.net.Proxy.Type.HTTP, InetSocketAddress.createUnresolved(proxy.getHost(), proxy.getPort()));
        String direct = proxy.getNonProxyHosts();
        List<String> directHosts = direct == null || direct.isBlank() ? List.of() : List.of(direct.split("[|,]"));
        return ProxySettings.of(new Selector(address, directHosts), asking -> login(proxy));
    }

    private static Optional<PasswordAuthentication> login(Proxy proxy) {
        return proxy.getUsername() == null || proxy.getPassword() == null
                ? Optional.empty()
                : Optional.of(new PasswordAuthentication(
                        proxy.getUsername(), proxy.getPassword().toCharArray()));
    }

    private static final class Selector extends ProxySelector {
        private final java.net.Proxy proxy;
        private final List<String> directHosts;

        Selector(java.net.Proxy proxy, List<String> directHosts) {
            this.proxy = proxy;
            this.directHosts = directHosts;
        }

        @Override
        public List<java.net.Proxy> select(URI uri) {
            String host = uri.getHost();
            boolean isDirect = host != null && directHosts.stream().anyMatch(pattern -> matches(pattern, host));
            return List.of(isDirect ? java.net.Proxy.NO_PROXY : proxy);
        }

        @Override
        public void connectFailed(URI uri, SocketAddress address, IOException failure) {}

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
}
