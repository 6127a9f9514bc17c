package dev.tallyclerk.maven;

import java.util.List;
import java.util.stream.Stream;
import org.apache.maven.settings.Proxy;
import org.apache.maven.settings.Server;
import org.apache.maven.settings.building.DefaultSettingsProblem;
import org.apache.maven.settings.building.SettingsProblem;
import org.apache.maven.settings.crypto.SettingsDecrypter;
import org.apache.maven.settings.crypto.SettingsDecryptionRequest;
import org.apache.maven.settings.crypto.SettingsDecryptionResult;

/** Fails at passwords in braces, decrypts those of proxies in brackets, and leaves the others as they are. */
final class PlainDecrypter implements SettingsDecrypter {
    @Override
    public SettingsDecryptionResult decrypt(SettingsDecryptionRequest request) {
        boolean fails = Stream.concat(
                        request.getServers().stream().map(Server::getPassword),
                        request.getProxies().stream().map(Proxy::getPassword))
                .anyMatch(password -> String.valueOf(password).startsWith("{"));
        return new SettingsDecryptionResult() {
            @Override
            public Server getServer() {
                return request.getServers().get(0);
            }

            @Override
            public List<Server> getServers() {
                return request.getServers();
            }

            @Override
            public Proxy getProxy() {
                Proxy proxy = request.getProxies().get(0).clone();
                String password = String.valueOf(proxy.getPassword());
                if (password.startsWith("[")) {
                    proxy.setPassword(password.substring(1, password.length() - 1));
                }
                return proxy;
            }

            @Override
            public List<Proxy> getProxies() {
                return request.getProxies();
            }

            @Override
            public List<SettingsProblem> getProblems() {
                return fails
                        ? List.of(new DefaultSettingsProblem(
                                "cannot decrypt {secret}", SettingsProblem.Severity.ERROR, "server", -1, -1, null))
                        : List.of();
            }
        };
    }
}
