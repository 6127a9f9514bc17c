package dev.tallyclerk.trust.notary;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.testing.SharedData;
import dev.tallyclerk.trust.fetch.MetadataFetcher;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** A saved state of a collection, whose files a test can change. Serves exactly the names that are there. */
final class SavedState {
    private static final String HASH = "[.][0-9a-f]{64}[.]json";

    private final Map<String, byte[]> files = new TreeMap<>();

    private SavedState() {}

    /** {@return the state in a folder in the layout of a server} Skips the test where the data is not there. */
    static SavedState read(String relative, String gun) {
        return read(SharedData.require("notary/" + relative), gun);
    }

    /** {@return a state from this module's own test data, with the names by hash that a server has too} */
    static SavedState own(String name) {
        SavedState state = load(ownFolder(name));
        for (String file : List.copyOf(state.files.keySet())) {
            if (!file.matches("[0-9]+[.].*|timestamp[.]json")) {
                byte[] bytes = state.get(file);
                String role = file.substring(0, file.length() - ".json".length());
                state.files.put(role + "." + Digest.sha256Of(bytes).encoded() + ".json", bytes);
            }
        }
        return state;
    }

    static Path ownFolder(String name) {
        try {
            return Path.of(Objects.requireNonNull(SavedState.class.getResource("/testdata/notary/" + name))
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static SavedState read(Path folder, String gun) {
        return load(folder.resolve("v2").resolve(gun).resolve("_trust/tuf"));
    }

    private static SavedState load(Path base) {
        SavedState state = new SavedState();
        try (Stream<Path> all = Files.walk(base)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                state.files.put(base.relativize(file).toString().replace('\\', '/'), Files.readAllBytes(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return state;
    }

    static SavedState empty() {
        return new SavedState();
    }

    SavedState copy() {
        SavedState copy = new SavedState();
        copy.files.putAll(files);
        return copy;
    }

    byte[] get(String name) {
        byte[] file = files.get(name);
        if (file == null) {
            throw new IllegalArgumentException("no " + name + " in " + files.keySet());
        }
        return file;
    }

    Map<String, byte[]> files() {
        return files;
    }

    SavedState with(String name, byte[] file) {
        SavedState copy = copy();
        copy.files.put(name, file);
        return copy;
    }

    SavedState without(String... names) {
        SavedState copy = copy();
        List.of(names).forEach(copy.files::remove);
        return copy;
    }

    /** {@return this state with a role's file changed, under its plain name and that of its hash before the change} */
    SavedState changed(String role, UnaryOperator<byte[]> change) {
        byte[] before = get(role + ".json");
        String byHash = role + "." + Digest.sha256Of(before).encoded() + ".json";
        byte[] after = change.apply(before);
        return with(role + ".json", after).with(byHash, after);
    }

    /** {@return this state with another one's file of a role, under each name that the role has here} */
    SavedState withRoleOf(String role, SavedState other) {
        SavedState copy = copy();
        files.keySet().stream()
                .filter(name -> name.equals(role + ".json") || name.matches(role + HASH))
                .forEach(name -> copy.files.put(name, other.get(role + ".json")));
        return copy;
    }

    /** {@return this state with one byte of the first signature of a role's file changed} */
    SavedState withWrongSignature(String role) {
        return changed(role, SavedState::withWrongSignature);
    }

    private static byte[] withWrongSignature(byte[] file) {
        String text = new String(file, StandardCharsets.UTF_8);
        int at = text.indexOf("\"sig\":\"") + 17;
        char other = text.charAt(at) == 'A' ? 'B' : 'A';
        return (text.substring(0, at) + other + text.substring(at + 1)).getBytes(StandardCharsets.UTF_8);
    }

    MetadataFetcher fetcher() {
        return MetadataFetcher.ofFiles(files);
    }
}
