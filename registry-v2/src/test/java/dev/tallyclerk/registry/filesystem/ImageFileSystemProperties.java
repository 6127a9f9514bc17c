package dev.tallyclerk.registry.filesystem;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.registry.TestTar;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import net.jqwik.api.statistics.StatisticsReport;
import net.jqwik.api.statistics.StatisticsReport.StatisticsReportMode;

/** Merged layers beside the specification's words, taken as slowly as they are written. */
class ImageFileSystemProperties {
    /**
     * What a layer says: 'f' a file, 'd' a folder, 's' a symbolic link, 'h' a hard link, 'w' a whiteout, 'o' opaque.
     */
    record Step(char kind, String path, String other) {}

    @Provide
    Arbitrary<List<List<Step>>> images() {
        Arbitrary<String> paths =
                Arbitraries.of("a", "b", "c").list().ofMinSize(1).ofMaxSize(3).map(names -> String.join("/", names));
        Arbitrary<Character> kinds = Arbitraries.of('f', 'f', 'd', 'd', 's', 'h', 'w', 'o');
        return Combinators.combine(kinds, paths, paths)
                .as(Step::new)
                .list()
                .ofMaxSize(6)
                .list()
                .ofMaxSize(4);
    }

    static TestTar archive(List<Step> layer, int index) {
        TestTar tar = new TestTar();
        for (int i = 0; i < layer.size(); i++) {
            Step step = layer.get(i);
            int slash = step.path().lastIndexOf('/') + 1;
            String folder = step.path().substring(0, slash);
            switch (step.kind()) {
                case 'f' -> tar.file(step.path(), content(index, i));
                case 'd' -> tar.directory(step.path() + "/");
                case 's' -> tar.symbolicLink(step.path(), "/" + step.other());
                case 'h' -> tar.hardLink(step.path(), step.other());
                case 'w' -> tar.whiteout(folder + ".wh." + step.path().substring(slash));
                default -> tar.whiteout(folder + ".wh..wh..opq");
            }
        }
        return tar;
    }

    private static String content(int layer, int step) {
        return "x".repeat(1 + layer * 10 + step);
    }

    /**
     * Whiteouts first, then entries in order, which is the same where nothing is refused; a path is described by its
     * kind, its layer and the size of its content. Empty if a path leads through a symbolic link, which this model does
     * not follow.
     */
    private static Optional<Map<String, String>> model(List<List<Step>> layers) {
        Map<String, String> files = new TreeMap<>();
        for (int index = 0; index < layers.size(); index++) {
            Set<Integer> removing = new HashSet<>();
            for (int i = 0; i < layers.get(index).size(); i++) {
                Step step = layers.get(index).get(i);
                if (leadsThroughLink(files, step.path())) {
                    return Optional.empty();
                }
                if (step.kind() == 'w') {
                    if (files.containsKey(step.path())) {
                        removing.add(i);
                    }
                    files.keySet().removeIf(path -> (path + "/").startsWith(step.path() + "/"));
                } else if (step.kind() == 'o') {
                    String folder = step.path().substring(0, step.path().lastIndexOf('/') + 1);
                    files.keySet().removeIf(path -> path.startsWith(folder));
                }
            }
            Set<String> gone = new HashSet<>();
            for (int i = 0; i < layers.get(index).size(); i++) {
                Step step = layers.get(index).get(i);
                if (step.kind() == 'w' && isIn(gone, files, step.path())) {
                    continue;
                }
                if (leadsThroughLink(files, step.path())
                        || (step.kind() == 'h' && leadsThroughLink(files, step.other()))) {
                    return Optional.empty();
                }
                addFolders(files, step, index);
                if (removing.contains(i)) {
                    gone.add(step.path());
                }
                if (step.kind() != 'w' && step.kind() != 'o') {
                    add(files, step, index, content(index, i).length());
                }
            }
        }
        return Optional.of(files);
    }

    private static boolean leadsThroughLink(Map<String, String> files, String path) {
        for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
            if (files.getOrDefault(path.substring(0, slash), "").startsWith("SYMBOLIC_LINK")) {
                return true;
            }
        }
        return false;
    }

    /** {@return whether the first folder that is not there is one of those that have gone} */
    private static boolean isIn(Set<String> gone, Map<String, String> files, String path) {
        for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
            String folder = path.substring(0, slash);
            if (!files.containsKey(folder)) {
                return gone.contains(folder);
            }
        }
        return false;
    }

    private static void addFolders(Map<String, String> files, Step step, int layer) {
        for (int slash = step.path().indexOf('/');
                slash > 0;
                slash = step.path().indexOf('/', slash + 1)) {
            files.putIfAbsent(step.path().substring(0, slash), "DIRECTORY 0 " + layer);
        }
    }

    private static void add(Map<String, String> files, Step step, int layer, int size) {
        String what = switch (step.kind()) {
            case 'f' -> "FILE " + size;
            case 'd' -> "DIRECTORY 0";
            case 's' -> "SYMBOLIC_LINK 0";
            default -> files.getOrDefault(step.other(), "MISSING 0 0").replaceFirst(" [0-9]+$", "");
        };
        if (step.kind() != 'd') {
            files.keySet().removeIf(path -> path.startsWith(step.path() + "/"));
        }
        files.put(step.path(), what + " " + layer);
    }

    @Property(tries = 10_000)
    @StatisticsReport(StatisticsReportMode.OFF)
    void layersMakeWhatTheSpecificationSays(@ForAll("images") List<List<Step>> layers) throws IOException {
        List<byte[]> archives = new ArrayList<>();
        for (int i = 0; i < layers.size(); i++) {
            archives.add(archive(layers.get(i), i).finish());
        }
        Optional<ImageFileSystem> accepted = merged(archives);
        // Else nothing below is looked at, or nothing is refused. Little is always accepted.
        if (layers.stream().mapToInt(List::size).sum() > 3) {
            Statistics.label("accepted").collect(accepted.isPresent());
        }
        Statistics.label("accepted").coverage(coverage -> {
            coverage.check(true).percentage(share -> share > 5);
            coverage.check(false).percentage(share -> share > 20);
        });
        if (accepted.isPresent()) {
            assertIsWhatTheSpecificationSays(layers, accepted.get());
        }
    }

    private static Optional<ImageFileSystem> merged(List<byte[]> archives) throws IOException {
        try {
            return Optional.of(TestImage.mergedArchives(MergeOptions.defaults(), archives));
        } catch (ImageFileSystemException e) {
            return Optional.empty();
        }
    }

    private static void assertIsWhatTheSpecificationSays(List<List<Step>> layers, ImageFileSystem files) {
        Map<String, String> merged = new TreeMap<>();
        files.walk()
                .forEach(file -> merged.put(
                        file.path(),
                        file.type() + " " + file.size() + " " + file.origin().index()));
        // A link to what a whiteout of the same layer removes later: engines make it, and the words are silent.
        model(layers)
                .filter(model -> !model.toString().contains("MISSING"))
                .ifPresent(model -> assertEquals(model, merged));
        for (FileChange change : files.deleted()) {
            assertTrue(files.file(change.path()).isEmpty());
            assertEquals(
                    FileChange.Kind.DELETED,
                    files.history(change.path())
                            .get(files.history(change.path()).size() - 1)
                            .kind());
        }
        for (ImageFile file : files.walk().toList()) {
            List<FileChange> history = files.history(file.path());
            assertEquals(file.origin(), history.get(history.size() - 1).layer());
            long same = files.walk()
                    .filter(other ->
                            other.content().isPresent() && other.content().equals(file.content()))
                    .count();
            assertEquals(file.content().isPresent() ? same : 1, file.linkCount());
        }
    }
}
