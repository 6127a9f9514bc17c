package dev.tallyclerk.command;

import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.text.Quoted;
import java.util.Locale;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;

/** The name of a registry, as an argument. */
final class RegistryName {
    private static final Set<String> DOCKER_HUB =
            Set.of("docker.io", "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com");

    private RegistryName() {}

    /** {@return host and port as in a reference} */
    static String parse(CommandSpec spec, String argument) {
        String name = argument.startsWith("docker://") ? argument.substring("docker://".length()) : argument;
        if (DOCKER_HUB.contains(name.toLowerCase(Locale.ROOT))) {
            return Reference.DEFAULT_DOMAIN;
        }
        if (name.indexOf('/') < 0) {
            try {
                String domain = Reference.parseNormalized(name + "/name").domain();
                if (domain.equalsIgnoreCase(name)) {
                    return domain;
                }
            } catch (IllegalArgumentException e) {
                throw malformed(spec, argument, "");
            }
        }
        throw malformed(
                spec, argument, name.contains("://") || !name.contains("/") ? "" : "; a login is for all of it");
    }

    private static RuntimeException malformed(CommandSpec spec, String argument, String more) {
        return Usage.error(
                spec, "REGISTRY is HOST[:PORT], such as registry.example.org, not " + Quoted.quote(argument) + more);
    }
}
