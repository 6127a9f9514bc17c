package dev.tallyclerk.registry.verify;

import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.internal.stream.CountingStream;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.verify.ContentResult.Failed;
import dev.tallyclerk.registry.verify.ContentResult.Reason;
import dev.tallyclerk.registry.verify.ContentResult.Verified;
import dev.tallyclerk.verify.VerificationException;
import dev.tallyclerk.verify.VerifyingInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;

/** Reads content of a source, from another place if the first one had it wrong. As thread-safe as the source. */
final class ContentReader {
    private final ImageSource source;
    private final VerificationListener listener;

    ContentReader(ImageSource source, VerificationListener listener) {
        this.source = source;
        this.listener = listener;
    }

    /** Reads content to its end, and says what it is. */
    @FunctionalInterface
    interface Reading {
        ContentResult read(InputStream blob) throws IOException;
    }

    /** Reads content that was wrong once more if the source may have it from another place. */
    ContentResult read(Descriptor content, Reading reading) throws IOException {
        ContentResult wrong = null;
        while (true) {
            Optional<InputStream> blob = source.unverifiedContent(content);
            if (blob.isEmpty()) {
                return wrong == null ? missing(content) : wrong;
            }
            try (InputStream in = blob.get()) {
                return reading.read(in);
            } catch (VerificationException e) {
                boolean last = wrong != null || !source.isWorthAskingAgain();
                wrong = Results.of(e);
                if (!e.meansWrongContent()) {
                    return wrong;
                }
                source.foundWrong(content.digest());
                if (last) {
                    return wrong;
                }
            }
        }
    }

    /** Reads content and compares its bytes with the descriptor, and nothing else. */
    ContentResult readBytes(Descriptor content) throws IOException {
        return read(content, blob -> copy(counted(blob, content), content, OutputStream.nullOutputStream()));
    }

    static Verified copy(InputStream blob, Descriptor content, OutputStream target) throws IOException {
        try (InputStream in = VerifyingInputStream.of(blob, content.digest(), content.size())) {
            in.transferTo(target);
        }
        return new Verified(content.size());
    }

    InputStream counted(InputStream blob, Descriptor content) {
        return new CountingStream(blob, count -> listener.progressed(content, count));
    }

    private Failed missing(Descriptor content) {
        return new Failed(Reason.MISSING, source.name() + " does not have " + content.digest());
    }
}
