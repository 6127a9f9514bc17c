package dev.tallyclerk.command;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Runs of {@code tallyclerk tuf} as a conformance suite makes them, on one metadata folder and one target folder.
 *
 * @param repository the repository to ask
 * @param folder where the folders and the root file are
 */
record TufClientRuns(TufRepository repository, Path folder) {
    Path metadataDir() {
        return folder.resolve("metadata");
    }

    Path targetDir() {
        return folder.resolve("targets");
    }

    CommandRun run(List<String> arguments) {
        return run(CommandRun.NOW, arguments);
    }

    private static CommandRun run(Instant now, List<String> arguments) {
        List<String> all = new ArrayList<>(List.of("tuf"));
        all.addAll(arguments);
        return CommandRun.at(now, all.toArray(String[]::new));
    }

    CommandRun init() {
        try {
            return init(Files.write(folder.resolve("initial_root.json"), repository.file("1.root.json")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    CommandRun init(Path root) {
        return run(List.of("--metadata-dir", metadataDir().toString(), "init", root.toString()));
    }

    List<String> refreshArguments() {
        return List.of(
                "--metadata-url",
                repository.metadata().toString(),
                "--metadata-dir",
                metadataDir().toString(),
                "refresh");
    }

    CommandRun refresh() {
        return run(refreshArguments());
    }

    CommandRun download(String... names) {
        return download(CommandRun.NOW, names);
    }

    CommandRun download(Instant now, String... names) {
        List<String> arguments = new ArrayList<>(refreshArguments().subList(0, 4));
        for (String name : names) {
            arguments.addAll(List.of("--target-name", name));
        }
        arguments.addAll(List.of("--target-dir", targetDir().toString()));
        arguments.addAll(List.of("--target-base-url", repository.targets().toString(), "download"));
        return run(now, arguments);
    }

    byte[] stored(String name) throws IOException {
        return Files.readAllBytes(metadataDir().resolve(name));
    }

    /** {@return the names of the files that count as trusted metadata, sorted} */
    List<String> metadataFiles() throws IOException {
        try (Stream<Path> files = Files.list(metadataDir())) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".json"))
                    .sorted()
                    .toList();
        }
    }

    /** {@return the paths of the downloaded targets in the target folder, sorted} */
    List<String> targetFiles() throws IOException {
        if (!Files.exists(targetDir())) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(targetDir())) {
            return files.filter(Files::isRegularFile)
                    .map(file -> targetDir().relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }
}
