package dev.tallyclerk.hardening.compose;

import dev.tallyclerk.hardening.source.SourceDocument;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a project outside of its files.
 *
 * @param environment the variables of the caller
 * @param environmentFiles files with more of them, instead of {@code .env}
 * @param profiles the profiles to judge, with the services without profile; empty for all services
 * @param projectFolder the folder from which relative paths start; null for that of the first file
 * @param isOneProject whether all documents are one project
 * @param isStack whether the project is for {@code docker stack deploy}
 */
record ComposeSettings(
        Map<String, String> environment,
        List<SourceDocument> environmentFiles,
        Set<String> profiles,
        @Nullable String projectFolder,
        boolean isOneProject,
        boolean isStack) {
    ComposeSettings {
        environment = Map.copyOf(environment);
        environmentFiles = List.copyOf(environmentFiles);
        profiles = Set.copyOf(profiles);
    }

    static ComposeSettings defaults() {
        return new ComposeSettings(Map.of(), List.of(), Set.of(), null, false, false);
    }

    ComposeSettings withEnvironment(Map<String, String> environment) {
        return new ComposeSettings(environment, environmentFiles, profiles, projectFolder, isOneProject, isStack);
    }

    ComposeSettings withEnvironmentFiles(List<SourceDocument> environmentFiles) {
        return new ComposeSettings(environment, environmentFiles, profiles, projectFolder, isOneProject, isStack);
    }

    ComposeSettings withProfiles(Set<String> profiles) {
        return new ComposeSettings(environment, environmentFiles, profiles, projectFolder, isOneProject, isStack);
    }

    ComposeSettings withProjectFolder(String projectFolder) {
        return new ComposeSettings(environment, environmentFiles, profiles, projectFolder, isOneProject, isStack);
    }

    ComposeSettings asOneProject() {
        return new ComposeSettings(environment, environmentFiles, profiles, projectFolder, true, isStack);
    }

    ComposeSettings asStack() {
        return new ComposeSettings(environment, environmentFiles, profiles, projectFolder, isOneProject, true);
    }
}
