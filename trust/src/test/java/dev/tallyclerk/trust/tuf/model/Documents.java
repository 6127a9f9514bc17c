package dev.tallyclerk.trust.tuf.model;

import dev.tallyclerk.trust.key.SigningKey;
import dev.tallyclerk.trust.tuf.TestRepository;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All metadata files that anybody has written so far. Bytes that nobody has written are no metadata. */
final class Documents {
    private final Map<ByteBuffer, Document> byBytes = new LinkedHashMap<>();

    byte[] write(Object signed, Collection<SigningKey> signers) {
        List<Document.Signature> signatures = new ArrayList<>();
        signers.forEach(key -> signatures.add(new Document.Signature(key.keyId(), key.publicText())));
        return write(new Document(Document.object(signed), signatures));
    }

    byte[] write(Document document) {
        byte[] message = TestRepository.canonical(document.signed());
        List<Object> signatures = new ArrayList<>();
        for (Document.Signature signature : document.signatures()) {
            String hex = signature.signer().isEmpty() ? "00" : SymbolicSignatures.sign(signature.signer(), message);
            signatures.add(Map.of("keyid", signature.keyId(), "sig", hex));
        }
        byte[] file = TestRepository.file(document.signed(), signatures);
        byBytes.put(ByteBuffer.wrap(file), document);
        return file;
    }

    /** {@return other bytes that say the same} */
    byte[] reformat(byte[] file) {
        byte[] longer = new byte[file.length + 1];
        System.arraycopy(file, 0, longer, 0, file.length);
        longer[file.length] = '\n';
        of(file).ifPresent(document -> byBytes.put(ByteBuffer.wrap(longer), document));
        return longer;
    }

    Optional<Document> of(byte[] file) {
        return Optional.ofNullable(byBytes.get(ByteBuffer.wrap(file)));
    }

    /** {@return the bytes of everything, in the order of writing} */
    List<byte[]> all() {
        return byBytes.keySet().stream().map(ByteBuffer::array).toList();
    }
}
