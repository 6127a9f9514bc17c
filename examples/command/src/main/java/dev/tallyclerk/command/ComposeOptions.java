package dev.tallyclerk.command;

import dev.tallyclerk.hardening.SubjectLimits;
import dev.tallyclerk.hardening.compose.ComposeKind;
import dev.tallyclerk.hardening.source.SourceDocument;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How Compose files are read, as the options of {@code docker compose} say it. */
final class ComposeOptions {
    private static final int MAX_BYTES = SubjectLimits.defaults().maxDocumentBytes();

    @Option(
            names = "--file",
            paramLabel = "FILE",
            description = "Compose file of one project, whatever its name is; several are merged in order. Without it,"
                    + " the compose.yaml of a folder and its override are one project.")
    private List<Path> files = List.of();

    @Option(
            names = "--env-file",
            paramLabel = "FILE",
            description = "File with variables for Compose files, instead of .env; the environment's go first.")
    private List<Path> environmentFiles = List.of();

    @Option(
            names = "--compose-profile",
            paramLabel = "NAME",
            description = "Profile of Compose files to audit, besides services without one; default all services.")
    private List<String> profiles = List.of();

    @Option(
            names = "--project-directory",
            paramLabel = "DIR",
            description = "Folder from which paths in Compose files start; default that of the first file.")
    private @Nullable Path projectDirectory;

    @Option(
            names = "--stack",
            description = "Compose files are for docker stack deploy, which ignores some keys and refuses others.")
    private boolean isStack;

    /** {@return the files that are one project} */
    List<Path> files() {
        return files;
    }

    boolean isGiven() {
        return !environmentFiles.isEmpty() || !profiles.isEmpty() || projectDirectory != null || isStack;
    }

    /** {@return the folder from which paths start, if it was named} */
    @Nullable Path projectDirectory() {
        return projectDirectory;
    }

    /** {@return the kind, with the variables of the environment} */
    ComposeKind kind(Map<String, String> environment) throws IOException {
        List<SourceDocument> variables = new ArrayList<>();
        for (Path file : environmentFiles) {
            variables.add(SourceDocument.of(file.toString().replace('\\', '/'), InputFile.read(file, MAX_BYTES)));
        }
        ComposeKind kind = ComposeKind.create()
                .withEnvironment(environment)
                .withEnvironmentFiles(variables)
                .withProfiles(new LinkedHashSet<>(profiles));
        kind = isStack ? kind.asStack() : kind;
        return projectDirectory == null
                ? kind
                : kind.withProjectFolder(projectDirectory.toString().replace('\\', '/'));
    }
}
