package money_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/money"
)

func ExampleParseLocal() {
	german, err := money.StyleOf("de")
	fmt.Println(err)
	fmt.Println(money.ParseLocal("1.234,50", money.EUR, german))
	_, err = money.ParseLocal("1,234.50", money.EUR, german)
	fmt.Println(err)
	ledger := money.Style{Decimal: ',', Negative: money.TrailingMinus}
	fmt.Println(money.ParseLocal("1234,50-", money.EUR, ledger))
	// Output:
	// <nil>
	// 1234.50 EUR <nil>
	// amount "1,234.50": want the style of -1.234.567,89: invalid amount
	// -1234.50 EUR <nil>
}

func ExamplePrice_Format() {
	german, _ := money.StyleOf("de")
	click, err := money.ParsePriceLocal("1.250,0375", money.EUR, german)
	fmt.Println(click, err, click.Format(german))
	_, err = money.ParsePriceLocal("0,0000001", money.EUR, german)
	fmt.Println(err)
	// Output:
	// 1250.037500 EUR <nil> 1.250,037500
	// "0,0000001", read as amount "0.0000001": more than 6 decimals: invalid amount
}

func ExampleMoney_Format() {
	amount := money.Minor(-1_234_567_50, money.INR)
	for _, locale := range []string{"en", "en-IN", "de", "de-CH", "fr"} {
		style, _ := money.StyleOf(locale)
		fmt.Printf("%s: %s\n", locale, strings.ReplaceAll(amount.Format(style), "\u202f", "·"))
	}
	style, _ := money.StyleOf("en")
	style.Negative = money.Parentheses
	fmt.Println(amount.Format(style))
	// Output:
	// en: -1,234,567.50
	// en-IN: -12,34,567.50
	// de: -1.234.567,50
	// de-CH: -1’234’567.50
	// fr: -1·234·567,50
	// (1,234,567.50)
}

var locales = strings.Fields("en en-GB en-IE en-IN en-US cs da de de-AT de-CH de-DE es es-ES es-MX fi fr fr-FR it ja nb nl pl pt-BR sv zh")

func style(t *testing.T, locale string) money.Style {
	t.Helper()
	s, err := money.StyleOf(locale)
	require.NoError(t, err)
	return s
}

func TestParseLocalIsStrict(t *testing.T) {
	trailing, brackets := style(t, "de"), style(t, "en")
	trailing.Negative, brackets.Negative = money.TrailingMinus, money.Parentheses
	for _, c := range []struct {
		style money.Style
		good  map[string]int64
		bad   []string
	}{
		{style(t, "en"), map[string]int64{"1,234.50": 123450, "1234.5": 123450, "-1,234,567": -123456700, "\u22120.05": -5, "12": 1200, "0.10": 10, "1234567.00": 123456700}, []string{
			"", "-", ".5", "5.", "1,23", "12,34.50", "1234,567.00", "1,234567", ",123", "1,,234", "0,123", "001,234", "1,234.", "1.234,50", "1 234.50", "+1", "--1", "(1.00)", "1.00-", " 1", "1 ", "1.005",
			"€1", "1 EUR", "1e5", "٣", "1,234,56", "-\u22121", strings.Repeat("1", 81), "99,999,999,999,999,999,999.00", "1.2.3", "1,234-",
		}},
		{style(t, "de"), map[string]int64{"1.234,50": 123450, "1.234": 123400, "-0,5": -50, "1.234.567": 123456700}, []string{"1,234.50", "1.23", "1,234", "1.234.56", "1,5,0"}},
		{style(t, "de-CH"), map[string]int64{"1'234.50": 123450, "1’234.50": 123450, "-1’234’567.05": -123456705}, []string{"1'234’567.00", "1,234.50", "1'23.00"}},
		{style(t, "fr"), map[string]int64{"1 234,50": 123450, "1\u00a0234,50": 123450, "1\u202f234\u202f567,5": 123456750}, []string{"1 234\u00a0567,50", "1.234,50", "12 34,50", " 1,50", "1,50 "}},
		{style(t, "en-IN"), map[string]int64{"12,34,567.00": 123456700, "1,234": 123400, "12,345": 1234500, "1,00,000": 10000000}, []string{"1,234,567.00", "123,456", "12,34,56"}},
		{style(t, "es"), map[string]int64{"1234,50": 123450, "1.234,50": 123450, "12.345": 1234500}, []string{"1,234.50"}},
		{trailing, map[string]int64{"1.234,50-": -123450, "-5": -500, "7,00\u2212": -700}, []string{"-5-", "(5)", "--5"}},
		{brackets, map[string]int64{"(1,234.50)": -123450, "-5": -500}, []string{"(5", "5)", "(-5)", "-(5)", "()", "((5))", "5-"}},
		{money.Style{}, map[string]int64{"1234.50": 123450}, []string{"1,234.50", "1234,50"}},
	} {
		for text, want := range c.good {
			got, err := money.ParseLocal(text, money.EUR, c.style)
			require.NoError(t, err, "%q", text)
			assert.Equal(t, money.Minor(want, money.EUR), got, "%q", text)
		}
		for _, text := range c.bad {
			got, err := money.ParseLocal(text, money.EUR, c.style)
			require.Error(t, err, "%q is %v", text, got)
		}
	}
}

func TestStylesThatCannotBeReadBackAreRefused(t *testing.T) {
	for _, s := range []money.Style{
		{Decimal: ',', Group: ','},
		{Decimal: '.', Group: '.'},
		{Group: '.'},
		{Decimal: '-'},
		{Decimal: '5'},
		{Group: '0'},
		{Group: '-'},
		{Decimal: ' '},
		{Decimal: '\'', Group: '’'},
		{Negative: 3},
	} {
		_, err := money.ParseLocal("1", money.EUR, s)
		require.ErrorIs(t, err, money.ErrStyle, "%+v", s)
	}
	for _, locale := range []string{"", "xx", "es-CL", "DE", "de-CHE", strings.Repeat("x", 100)} {
		_, err := money.StyleOf(locale)
		require.ErrorIs(t, err, money.ErrStyle, "%q", locale)
	}
}

func TestParseLocalReadsWhatFormatWrites(t *testing.T) {
	r := rand.New(rand.NewPCG(27, 28))
	for _, locale := range locales {
		for _, negative := range []money.Negative{money.LeadingMinus, money.TrailingMinus, money.Parentheses} {
			s := style(t, locale)
			s.Negative = negative
			for range 1_000 {
				for _, c := range []money.Currency{money.EUR, money.JPY, money.KWD, money.CLF} {
					m := money.Minor(randomInt(r), c)
					text := m.Format(s)
					if back, err := money.ParseLocal(text, c, s); err != nil || back != m {
						t.Fatalf("%s: %v is %q is %v %v", locale, m, text, back, err)
					}
					p := money.Micros(m.Minor(), c)
					if back, err := money.ParsePriceLocal(p.Format(s), c, s); err != nil || back != p {
						t.Fatalf("%s: %v is %q is %v %v", locale, p, p.Format(s), back, err)
					}
				}
			}
		}
	}
}

func FuzzParseLocal(f *testing.F) {
	for i, text := range []string{"1,234.50", "1.234,50-", "(12,34,567.00)", "1\u202f234,5", "-\u22121", "1’2", "٣"} {
		f.Add(text, i, uint8(i))
	}
	f.Fuzz(func(t *testing.T, text string, locale int, negative uint8) {
		s, err := money.StyleOf(locales[uint(locale)%uint(len(locales))]) //nolint:gosec // any will do
		require.NoError(t, err)
		s.Negative = money.Negative(negative % 3)
		m, err := money.ParseLocal(text, money.EUR, s)
		if err != nil {
			return
		}
		if back, err := money.ParseLocal(m.Format(s), money.EUR, s); err != nil || back != m {
			t.Fatalf("%q: %v then %v %v", text, m, back, err)
		}
	})
}
