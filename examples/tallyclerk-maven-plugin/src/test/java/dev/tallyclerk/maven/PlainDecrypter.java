package dev.tallyclerk.maven;

import java.util.List;
import org.apache.maven.settings.Proxy;
import org.apache.maven.settings.Server;
import org.apache.maven.settings.building.DefaultSettingsProblem;
import org.apache.maven.settings.building.SettingsProblem;
import org.apache.maven.settings.crypto.SettingsDecrypter;
import org.apache.maven.settings.crypto.SettingsDecryptionRequest;
import org.apache.maven.settings.crypto.SettingsDecryptionResult;

/** Leaves passwords as they are, and fails at those in braces. */
final class PlainDecrypter implements SettingsDecrypter {
    @Override
    public SettingsDecryptionResult decrypt(SettingsDecryptionRequest request) {
        boolean fails = request.getServers().stream()
                .anyMatch(server -> String.valueOf(server.getPassword()).startsWith("{"));
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
                return request.getProxies().get(0);
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
