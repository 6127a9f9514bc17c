package dev.tallyclerk.hardening.compose;

import dev.tallyclerk.hardening.source.SourceDocument;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What whoever starts a project may set outside of its files.
 *
 * @param environment the variables of the caller
 * @param environmentFiles files with more of them, instead of {@code .env}
 * @param profiles the profiles to judge, with the services without profile; empty for all services
 * @param projectFolder the folder from which relative paths start; null for that of the first file
 */
record ComposeSettings(
        Map<String, String> environment,
        List<SourceDocument> environmentFiles,
        Set<String> profiles,
        @Nullable String projectFolder) {
    ComposeSettings {
        environment = Map.copyOf(environment);
        environmentFiles = List.copyOf(environmentFiles);
        profiles = Set.copyOf(profiles);
    }
}
