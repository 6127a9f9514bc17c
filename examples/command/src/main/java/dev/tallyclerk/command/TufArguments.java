package dev.tallyclerk.command;

import java.net.URI;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code tuf init}, {@code refresh} and {@code download} were told. An accessor of what was not, or of what cannot
 * be, throws {@link IllegalArgumentException} with a message for the person who typed it.
 */
final class TufArguments {
    @Nullable Path metadataDir;

    @Nullable String metadataUrl;

    List<String> targetNames = List.of();

    @Nullable String targetBaseUrl;

    @Nullable Path targetDir;

    /** Whether nobody is asked. */
    boolean offline;

    /** Whether what has expired is taken too. */
    boolean allowExpired;

    /** Whose certificates are trusted besides those of the Java runtime. */
    List<X509Certificate> authorities = List.of();

    /** How long one file may take; without it, as long as the library lets it. */
    @Nullable Duration maxTime;

    Path requireMetadataDir() {
        return given(metadataDir, "--metadata-dir");
    }

    URI requireMetadataUrl() {
        return uri(metadataUrl, "--metadata-url");
    }

    List<String> requireTargetNames() {
        if (targetNames.isEmpty()) {
            throw new IllegalArgumentException("--target-name is missing");
        }
        return targetNames;
    }

    /** Refuses what only a command that reads metadata can mean. */
    void requireNeitherOfflineNorExpired() {
        if (offline || allowExpired) {
            throw new IllegalArgumentException("--offline and --allow-expired are for refresh and download");
        }
    }

    URI requireTargetBaseUrl() {
        return uri(targetBaseUrl, "--target-base-url");
    }

    Path requireTargetDir() {
        return given(targetDir, "--target-dir");
    }

    private static URI uri(@Nullable String text, String option) {
        try {
            return URI.create(given(text, option));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(option + ": " + Messages.of(e), e);
        }
    }

    private static <T> T given(@Nullable T value, String option) {
        if (value == null) {
            throw new IllegalArgumentException(option + " is missing");
        }
        return value;
    }
}
