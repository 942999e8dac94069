package dev.tidegate.check;

import java.util.List;

/** Parameters of a check that name signers: one name means one signer in all policies. */
public interface NamesSigners {
  /** All that they name. */
  List<SignerSpec> signersNamed();
}
