package dev.tallyclerk.command;

import java.net.URI;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of {@code tuf init}, {@code refresh} and {@code download}. The methods {@code require…} throw an
 * {@link IllegalArgumentException} with a message for the user if an argument is missing or malformed.
 */
final class TufArguments {
    @Nullable Path metadataDir;

    @Nullable String metadataUrl;

    List<String> targetNames = List.of();

    @Nullable String targetBaseUrl;

    @Nullable Path targetDir;

    /** Whether no network is used. */
    boolean offline;

    /** Whether expired metadata is accepted. */
    boolean allowExpired;

    /** The certificate authorities that are trusted besides those of the Java runtime. */
    List<X509Certificate> authorities = List.of();

    /** The time limit for a file; null for the library's own. */
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

    /** Refuses options that only apply to commands that read metadata. */
    void requireNeitherOfflineNorExpired() {
        if (offline || allowExpired) {
            throw new IllegalArgumentException("--offline and --allow-expired apply to refresh and download only");
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
