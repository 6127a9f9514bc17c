package dev.tallyclerk.command;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where the user's own files of the command are looked for.
 *
 * @param base XDG_CONFIG_HOME, or else the home folder
 * @param folder the folder {@code tallyclerk} below it
 */
record ConfigFolder(Path base, Path folder) {
    /** {@return the folder, if the environment has one} */
    static Optional<ConfigFolder> of(Map<String, String> environment) {
        String config = environment.getOrDefault("XDG_CONFIG_HOME", "");
        String home = environment.getOrDefault("HOME", "");
        if (config.isEmpty() && home.isEmpty()) {
            return Optional.empty();
        }
        Path base = Path.of(config.isEmpty() ? home : config).toAbsolutePath();
        return Optional.of(
                new ConfigFolder(base, (config.isEmpty() ? base.resolve(".config") : base).resolve("tallyclerk")));
    }
}
