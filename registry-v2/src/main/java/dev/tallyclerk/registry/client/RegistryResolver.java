package dev.tallyclerk.registry.client;

import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.reference.DigestResolutionException;
import dev.tallyclerk.reference.DigestResolutionException.Reason;
import dev.tallyclerk.reference.DigestResolver;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.image.ImageException;
import dev.tallyclerk.registry.image.ImageSource;
import java.io.IOException;
import java.util.function.Function;

/** Takes a registry's word for what a name stands for. */
final class RegistryResolver implements DigestResolver {
    private final Function<Reference, ImageSource> images;

    RegistryResolver(Function<Reference, ImageSource> images) {
        this.images = images;
    }

    @Override
    public ResolvedDigest resolve(Reference reference) throws DigestResolutionException {
        try (ImageSource image = images.apply(reference)) {
            return reference.digest().isPresent()
                    ? ResolvedDigest.of(reference.digest().get(), "the reference itself")
                    : image.resolve();
        } catch (ImageException e) {
            throw new DigestResolutionException(Reason.NOT_FOUND, String.valueOf(e.getMessage()), e);
        } catch (IllegalArgumentException e) {
            throw new DigestResolutionException(Reason.UNAVAILABLE, String.valueOf(e.getMessage()), e);
        } catch (HttpException e) {
            throw new DigestResolutionException(reason(e.reason()), String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw new DigestResolutionException(Reason.NOT_TRUSTED, String.valueOf(e.getMessage()), e);
        }
    }

    private static Reason reason(HttpException.Reason reason) {
        return switch (reason) {
            case NOT_FOUND -> Reason.NOT_FOUND;
            case PROTOCOL, LIMIT_EXCEEDED, UNSAFE_LOCATION -> Reason.NOT_TRUSTED;
            default -> Reason.UNAVAILABLE;
        };
    }
}
