package dev.tallyclerk.testing;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The project's own source files and documents, for tests that hold for all modules. Needs no git. */
public final class ProjectFiles {
    private static final Set<String> NOT_OURS = Set.of("target", "testdata", "node_modules");

    private ProjectFiles() {}

    /** {@return the project's root folder, from any module's folder} */
    public static Path root() throws IOException {
        Path folder = Path.of("").toRealPath();
        while (!Files.exists(folder.resolve("CHANGELOG.md"))) {
            folder = folder.getParent();
            if (folder == null) {
                throw new IOException("no folder above this one has CHANGELOG.md");
            }
        }
        return folder;
    }

    /** {@return the files whose names end in {@code suffix}, without build output, hidden folders and test data} */
    public static List<Path> endingIn(String suffix) throws IOException {
        return endingIn(root(), suffix);
    }

    /** {@return the same, below one folder} */
    public static List<Path> endingIn(Path folder, String suffix) throws IOException {
        List<Path> files = new ArrayList<>();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path entered, BasicFileAttributes attributes) {
                String name = String.valueOf(entered.getFileName());
                boolean skipped = NOT_OURS.contains(name) || (name.startsWith(".") && !entered.equals(folder));
                return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (file.toString().endsWith(suffix)) {
                    files.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        files.sort(null);
        return files;
    }
}
