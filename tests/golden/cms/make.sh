#!/bin/sh
# Makes the files of this folder anew; see README.md. The certificates and keys are made only where they are missing.
set -eu
cd "$(dirname "$0")"
key=ABCD-EFGH-1JKL-MNOP-QRST-2345

identity() {
    [ -e "$1.certificate.pem" ] || openssl req -x509 -newkey rsa:2048 -nodes -days 36500 -subj "/CN=Sleutelkast test, $1" \
        -addext keyUsage=critical,keyEncipherment -keyout "$1.key.pem" -out "$1.certificate.pem"
}
encrypt() {
    file=$1
    shift
    openssl cms -encrypt -binary -outform DER -out "$file" "$@"
}

identity ours
identity foreign
rm -f foreign.key.pem

printf %s "$key" > plaintext
encrypt des3.der -in plaintext -des3 ours.certificate.pem
encrypt aes128.der -in plaintext -aes128 ours.certificate.pem
encrypt aes192.der -in plaintext -aes192 ours.certificate.pem
encrypt aes256.der -in plaintext -aes256 ours.certificate.pem
encrypt des3-stream.ber -stream -in plaintext -des3 ours.certificate.pem
encrypt aes256-stream.ber -indef -in plaintext -aes256 ours.certificate.pem
encrypt aes256-gcm.der -in plaintext -aes-256-gcm ours.certificate.pem
encrypt aes128-gcm-stream.ber -stream -in plaintext -aes-128-gcm ours.certificate.pem
encrypt key-identifier.der -in plaintext -des3 -keyid ours.certificate.pem
encrypt oaep-sha1.der -in plaintext -aes256 -recip ours.certificate.pem -keyopt rsa_padding_mode:oaep
encrypt oaep-sha256.der -in plaintext -aes256 -recip ours.certificate.pem -keyopt rsa_padding_mode:oaep \
    -keyopt rsa_oaep_md:sha256 -keyopt rsa_mgf1_md:sha256
encrypt oaep-label.der -in plaintext -aes256 -recip ours.certificate.pem -keyopt rsa_padding_mode:oaep \
    -keyopt rsa_oaep_label:736c657574656c
encrypt two-recipients.der -in plaintext -des3 foreign.certificate.pem ours.certificate.pem

encrypt foreign.der -in plaintext -des3 foreign.certificate.pem
encrypt cast5.der -in plaintext -cast5-cbc -provider legacy -provider default ours.certificate.pem
printf 'the Mac says hello' > greeting
encrypt not-a-key.der -in greeting -des3 ours.certificate.pem
head -c 400 des3-stream.ber > truncated.ber
openssl cms -sign -binary -nodetach -outform DER -in plaintext -signer ours.certificate.pem -inkey ours.key.pem -out signed.der
rm -f plaintext greeting
