package main

import (
	"crypto/dsa" //nolint:staticcheck // sprig offers it
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"math/big"
)

// The numbers below secure nothing. They are what the deterministic
// genPrivateKey and genX functions give out, so that a rendered key parses and
// is the same every time.
var (
	rsa2048 = []*big.Int{
		hexadecimal("ce33b69b909cf566a2936eaacd6543e3050eb8b7394a2c11b262117bd93d409fdaab06262d229cff33790b71e36370da" +
			"d8c9b332455de2e1340632ec345606491fbf803ae37755f98d257c5b442b86e860d462342cc9fc0502c73ca46c18bc21" +
			"900fa05f217bebc13c5db93233977ae06b16fb458e8e10bf18a58331a1d343d5"),
		hexadecimal("dac5a05c91a4126130a98c4f7087b40072b6e36aa75efdb5fbf98f31ad12eaff2560c2d2219b209eeaf2865cbea29e93" +
			"1df1c8e0703f42fdeb7c332dab8c6bf569cd8155fca7fe74083ccec3d869db306198c8f080eb8d91dfcf8872dea8bd33" +
			"28de4be423faded85ab44fcfdac5724c5e0959d831d3329fe962f4b1593dfdfd"),
	}
	rsa4096 = []*big.Int{
		hexadecimal("fd80fdead40e847898bcc6a750c349690f6042c9d3fba32bfd4938ead364ae8b57c3fba0920d246fe9cf901fc9779bba" +
			"ce643c90e3734ac1769530ce6b8787f196aab5e5117ca859f30a003fb6461572446788bbfd119541fd57458102519d9b" +
			"b116907e2b87e8e2c686b30c15b298ac6f45bf0e5996ad7e23ae322adaacd06e980546fa89235674751eebd178e34323" +
			"ea0b3fbb4d07deda7b241c84ab43454d02e95463b267c40955ff656d4e5f90004af020e81d6c54944eb6e8c409976393" +
			"15316faafdb0af56d4bf2ae63f39f9f9eb7efc4adb7aa509526da66474427220507d54a5111c7edde410272414742412" +
			"dbeb940bae71bb62363e6331be9db8d1"),
		hexadecimal("f3c7d224dc9831f72c9c932d3f8a6dbd2ca19c22f26cf3a092ef3438dbfeb4d9ac7622d05704e0d680554c12209f7212" +
			"14258d834e3f5b14ab52fb95f0f0b39369798432e7e7ebd00b6aaea66558a12d544481d80bb9435be837975c16f4b337" +
			"6936afe2c27fe0f2184c19911b30428a78663997c6ab2348fe80dbed445f29989ccd548ccf49520947eb328eb42ff13f" +
			"feb5511fead296014abf278e85d4288959105ead714c65c4d43be5e74d0750eb88632b405092db40ebf6617ea2ea8f92" +
			"d63bbfec660a67687064411ab7111805a5ac6b473c26e03c53ad8164bae68a97aa82a187a9d16be24f2a4c94d3f08e4d" +
			"ab2b70e87514373ec7a7ccd45eee148f"),
	}
	dsaParameters = dsa.Parameters{
		P: hexadecimal("c64a9e08551be0ffe53e533d3b5421cdd4d890e71db2fc9b6fd5b0e3f94e26f2e6255921176c6db3c52a95a1bcb650b8" +
			"84d54595865b96d1258e0cc16965c697f02f6c7ad4a6bebc999bfbde475e2b67a50f9d5288a9791c1514cb26d89b4add" +
			"b8a9c8fc16f52082153dcd8ceeae86d1d39029e6e3c3ce406506ee7cd092d19cdff1dc8225b730fa6858fae09a3a8d3c" +
			"1dc44dcb20a4aaf9a17dcc89d07539847c801a3eddfb20b7afe2aac9cd6733bad83f1b348af5affc90b0014a0649d3ce" +
			"36368825556092c52d6ccbffb6b5eaefd842ecb48dea514a60df83a51d2bf77662b1a11c72b9828db8dfd47e80268f05" +
			"0bfd41d98303ac74a5718b18c7f85581"),
		Q: hexadecimal("dfd97768918fd8f77c3c8347ac9fd36ba738fa257292d9a2107ead2a929591fb"),
		G: hexadecimal("39010e21ab26512764bc7042a7445c2f6a8e75d95bd3af067811a821560e13067b2f09b5ac7b651482e425e11c439ae5" +
			"da543c20de1e7df2f0b78db334c5d70510a1979412c24cd5af16be94693f86993d56dbd7aa92304077e65177d652940d" +
			"a5f11c9ce904d9882511ccac66eaa8e6407e37bfacff02f312b4f1ef1ae91507427abf24460e11e639482eac5acc7f61" +
			"7a0852557b17b928eefa656ecbe9f7f4bfd1e03024cd89dfbd7ff18805d611e7197d6d28ab84a94867cc01322751336e" +
			"38affb8269826b571f6dde2d9d049482a9f50422aa4f07164423f765791d67dfda4b79f2df7943b3bd8c267cc0296f4b" +
			"172038e64d47a4af0354bf6870a6d79d"),
	}
	seed = []byte("ringfence renders with this seed")
)

func hexadecimal(digits string) *big.Int {
	n, ok := new(big.Int).SetString(digits, 16)
	if !ok {
		panic("not a number: " + digits)
	}
	return n
}

// privateKey is sprig's generatePrivateKey with fixed keys, and one type more:
// "certificate" is the key of the genX functions.
func privateKey(kind string) string {
	key, known := privateKeys[kind]
	if !known {
		key = makePrivateKey(kind)
		if len(privateKeys) < mostPrivateKeys {
			privateKeys[kind] = key
		}
	}
	return key
}

// privateKeys keeps them: they are always the same, and one takes as long as a
// small render. A chart can ask for any number of kinds that do not exist.
var privateKeys = map[string]string{}

const mostPrivateKeys = 16

func makePrivateKey(kind string) string {
	switch kind {
	case "", "rsa":
		return pemOf("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(rsaKey(rsa4096)))
	case "certificate":
		return pemOf("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(rsaKey(rsa2048)))
	case "dsa":
		x := new(big.Int).SetBytes(seed[1:])
		der, err := asn1.Marshal(struct {
			Version       int
			P, Q, G, Y, X *big.Int
		}{0, dsaParameters.P, dsaParameters.Q, dsaParameters.G, new(big.Int).Exp(dsaParameters.G, x, dsaParameters.P), x})
		return pemOrError("DSA PRIVATE KEY", der, err)
	case "ecdsa":
		key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), seed)
		if err != nil {
			return "failed to generate private key: " + err.Error()
		}
		der, err := x509.MarshalECPrivateKey(key)
		return pemOrError("EC PRIVATE KEY", der, err)
	case "ed25519":
		der, err := x509.MarshalPKCS8PrivateKey(ed25519.NewKeyFromSeed(seed))
		return pemOrError("PRIVATE KEY", der, err)
	}
	return "Unknown type " + kind
}

func rsaKey(primes []*big.Int) *rsa.PrivateKey {
	one := big.NewInt(1)
	p, q := primes[0], primes[1]
	totient := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
	key := &rsa.PrivateKey{
		PublicKey: rsa.PublicKey{N: new(big.Int).Mul(p, q), E: 65537},
		Primes:    primes,
	}
	key.D = new(big.Int).ModInverse(big.NewInt(int64(key.E)), totient)
	key.Precompute()
	return key
}

func pemOrError(block string, der []byte, err error) string {
	if err != nil {
		return "failed to generate private key: " + err.Error()
	}
	return pemOf(block, der)
}

func pemOf(block string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: block, Bytes: der}))
}
