package dev.tallyclerk.command;

import dev.tallyclerk.trust.bouncycastle.BouncyCastleKeyCipher;
import dev.tallyclerk.trust.sign.SigningException;
import dev.tallyclerk.trust.sign.SigningKey;
import dev.tallyclerk.trust.sign.SigningKeys;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.util.Set;

/** Writes new files of keys, and never over another file. */
final class KeyFile {
    private KeyFile() {}

    /** How a private key is encrypted. */
    enum Form {
        /** By scrypt and NaCl's secretbox. */
        COSIGN,
        /** By PBKDF2 and AES. */
        PKCS8;

        byte[] encrypted(PrivateKey key, char[] password) {
            return this == COSIGN
                    ? SigningKeys.encryptedCosignPem(key, password, BouncyCastleKeyCipher.create())
                    : SigningKeys.encryptedPem(key, password);
        }
    }

    /** {@return the key of both halves} */
    static SigningKey key(KeyPair pair) throws IOException {
        try {
            return SigningKeys.of(pair.getPrivate(), pair.getPublic());
        } catch (SigningException e) {
            throw new IOException(e.reason() + ": " + Messages.of(e), e);
        }
    }

    /** Refuses a file that cannot be new, before a person thinks of a password for it. */
    static void requireNew(Path file) throws IOException {
        if (Files.exists(file)) {
            throw exists(file);
        }
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null && !Files.isDirectory(folder)) {
            throw new FileSystemException(file.toString(), null, "there is no such folder");
        }
    }

    private static FileSystemException exists(Path file) {
        return new FileSystemException(file.toString(), null, "is there already, and keys are not overwritten");
    }

    /** Writes a file that only its owner may read, where the file system has permissions of that kind. */
    static void writePrivate(Path file, byte[] content) throws IOException {
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        write(
                file,
                content,
                posix
                        ? new FileAttribute<?>[] {
                            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                        }
                        : new FileAttribute<?>[0]);
    }

    /** Writes a file for everybody. */
    static void writePublic(Path file, byte[] content) throws IOException {
        write(file, content);
    }

    private static void write(Path file, byte[] content, FileAttribute<?>... attributes) throws IOException {
        try (SeekableByteChannel out = Files.newByteChannel(
                file, Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW), attributes)) {
            ByteBuffer rest = ByteBuffer.wrap(content);
            while (rest.hasRemaining()) {
                out.write(rest);
            }
        } catch (FileAlreadyExistsException e) {
            throw exists(file);
        }
    }
}
